package trellis.custodians;

import java.io.InputStream;

/// A content of a document, on its way.
///
/// @param type media type, as its custodian names it
/// @param length in bytes
/// @param bytes to be closed
record Content(String type, long length, InputStream bytes) {}
