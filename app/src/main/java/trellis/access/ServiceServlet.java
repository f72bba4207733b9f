package trellis.access;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;
import trellis.fhir.Refused;
import trellis.store.TookTooLong;

/// A service beside the API over HTTP. Whatever happens is answered in the service's own words: what it refuses, what the
/// house refuses for it, a database that is away, and a fault of the program.
public abstract class ServiceServlet extends HttpServlet implements Service {
    private static final long serialVersionUID = 1;
    private static final Logger LOG = LoggerFactory.getLogger(ServiceServlet.class);

    private final String path;

    /// @param path where it is, such as `/personal-demographics/FHIR/R4`
    protected ServiceServlet(String path) {
        this.path = path;
    }

    @Override
    public final String path() {
        return path;
    }

    /// Answers a request.
    ///
    /// @throws ServiceRefusal when it is not done
    protected abstract void answer(Exchange exchange) throws IOException;

    /// How this service says that something is wrong.
    ///
    /// @param words what, in a sentence; may be empty
    protected abstract ServiceRefusal refusal(Fault fault, String words);

    @Override
    public final void refuse(
            Denial why, String detail, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        refuse(new Exchange(request, response), Fault.Of.of(why, detail));
    }

    @Override
    protected final void service(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        var exchange = new Exchange(request, response);
        try {
            answer(exchange);
        } catch (ServiceRefusal e) {
            exchange.refuse(e.status(), e.body());
        } catch (TookTooLong e) {
            refuse(exchange, new Fault.Of(Fault.LATE, ""));
        } catch (Refused e) {
            refuse(exchange, Fault.Of.of(e.problem()));
        } catch (DataAccessException | TransactionException e) {
            LOG.warn("{} cannot answer: {}", path, e.getClass().getSimpleName());
            refuse(exchange, new Fault.Of(Fault.AWAY, ""));
        } catch (RuntimeException e) {
            refuse(exchange, broken(e));
        }
    }

    private Fault.Of broken(RuntimeException cause) {
        var id = UUID.randomUUID();
        LOG.error("Fault {} of {}", id, path, cause);
        return new Fault.Of(
                Fault.BROKEN,
                "An unknown server-side error occurred processing this request. The operator finds it"
                        + " in the log. (Message ID: "
                        + id
                        + ")");
    }

    private void refuse(Exchange exchange, Fault.Of fault) throws IOException {
        if (exchange.response().isCommitted()) {
            throw new IOException("the answer could not be sent to its end");
        }
        exchange.response().resetBuffer();
        var refusal = refusal(fault.fault(), fault.words());
        exchange.refuse(refusal.status(), refusal.body());
    }
}
