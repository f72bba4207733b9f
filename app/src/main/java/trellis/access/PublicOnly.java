package trellis.access;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import javax.net.ssl.SSLSocketFactory;

/// Connects to addresses of the public internet alone. The address is looked at when the connection is made, and not only
/// when it was named: a name may lead elsewhere by then.
public final class PublicOnly extends SSLSocketFactory {
    private final SSLSocketFactory secured;
    private final boolean bounded;

    /// @param secured makes TLS of what is connected
    public PublicOnly(SSLSocketFactory secured) {
        this(secured, true);
    }

    private PublicOnly(SSLSocketFactory secured, boolean bounded) {
        this.secured = secured;
        this.bounded = bounded;
    }

    /// The same for an operator who allows every address.
    ///
    /// @param secured makes TLS of what is connected
    public static SSLSocketFactory anywhere(SSLSocketFactory secured) {
        return new PublicOnly(secured, false);
    }

    /// Whether an address is one of the public internet.
    public static boolean isPublic(InetAddress address) {
        var bytes = address.getAddress();
        var first = bytes[0] & 0xff;
        var second = bytes[1] & 0xff;
        var special =
                address.isAnyLocalAddress()
                        || address.isLoopbackAddress()
                        || address.isLinkLocalAddress()
                        || address.isSiteLocalAddress()
                        || address.isMulticastAddress();
        if (special) {
            return false;
        }
        return bytes.length == 4 ? isPublic(first, second, bytes[2] & 0xff) : isPublic(bytes);
    }

    /// Not this network, shared address space (RFC 6598), protocol assignments (RFC 6890), benchmarks (RFC 2544), what is reserved.
    private static boolean isPublic(int first, int second, int third) {
        return first != 0
                && !(first == 100 && (second & 0xc0) == 64)
                && !(first == 192 && second == 0 && third == 0)
                && !(first == 198 && (second & 0xfe) == 18)
                && first < 240;
    }

    /// Not unique local addresses (RFC 4193), nor IPv4 written as IPv6: RFC 6052, 6to4, Teredo, and the old form with zeros before.
    private static boolean isPublic(byte[] six) {
        var first = ((six[0] & 0xff) << 8) | (six[1] & 0xff);
        var second = ((six[2] & 0xff) << 8) | (six[3] & 0xff);
        return (first & 0xfe00) != 0xfc00
                && first != 0
                && first != 0x64
                && first != 0x2002
                && !(first == 0x2001 && second == 0);
    }

    @Override
    public Socket createSocket() {
        return new Socket() {
            @Override
            public void connect(SocketAddress to, int timeout) throws IOException {
                // To close TLS is to write, and that waits for ever when the other side reads
                // nothing. Without lingering it does not wait.
                setSoLinger(true, 0);
                if (bounded && !isReached(to)) {
                    throw new IOException("the address is none of the public internet");
                }
                super.connect(to, timeout);
            }

            private static boolean isReached(SocketAddress to) {
                return to instanceof InetSocketAddress known
                        && !known.isUnresolved()
                        && isPublic(known.getAddress());
            }
        };
    }

    @Override
    public Socket createSocket(Socket connected, String host, int port, boolean close)
            throws IOException {
        return secured.createSocket(connected, host, port, close);
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        throw new IOException("not connected by this way");
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress local, int localPort)
            throws IOException {
        throw new IOException("not connected by this way");
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        throw new IOException("not connected by this way");
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort)
            throws IOException {
        throw new IOException("not connected by this way");
    }

    @Override
    public String[] getDefaultCipherSuites() {
        return secured.getDefaultCipherSuites();
    }

    @Override
    public String[] getSupportedCipherSuites() {
        return secured.getSupportedCipherSuites();
    }
}
