package trellis.page;

import java.util.function.Function;

/// One part of a page that was read by itself: either it is there, or the page says that it could not
/// be loaded. A part that failed is never shown as none (interface rule 44).
public sealed interface Part<T> {

    /// The part, as read.
    record Shown<T>(T value) implements Part<T> {}

    /// The part could not be read.
    ///
    /// @param what the part's name as the page writes it, such as `Medicines`
    /// @param time when that was, such as `14:05`
    record Missing<T>(String what, String time) implements Part<T> {}

    /// The same part, seen otherwise.
    default <R> Part<R> map(Function<? super T, ? extends R> view) {
        return switch (this) {
            case Shown<T>(var value) -> new Shown<>(view.apply(value));
            case Missing<T>(var what, var time) -> new Missing<>(what, time);
        };
    }
}
