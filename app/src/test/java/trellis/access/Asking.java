package trellis.access;

import java.util.function.Supplier;
import org.springframework.security.core.context.SecurityContextHolder;

/// Does something on this thread as somebody does it whose request is being answered.
public final class Asking {

    private Asking() {}

    public static <T> T as(Caller caller, Supplier<T> work) {
        var context = SecurityContextHolder.createEmptyContext();
        context.setAuthentication(new CallerAuthentication(caller, ""));
        SecurityContextHolder.setContext(context);
        try {
            return work.get();
        } finally {
            SecurityContextHolder.clearContext();
        }
    }
}
