package trellis.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class PartStreamTest {

    @Property(tries = 200)
    void what_lies_in_parts_is_read_as_one(@ForAll @Size(max = 6) List<byte[]> parts)
            throws IOException {
        var whole = new ByteArrayOutputStream();
        parts.forEach(whole::writeBytes);
        var befores = new ArrayList<Long>();

        try (var stream =
                new PartStream((number, before) -> {
                    befores.add(before);
                    return number < parts.size()
                            ? Optional.of(parts.get(number))
                            : Optional.empty();
                })) {
            var first = stream.read();
            var rest = stream.readAllBytes();
            var bytes = whole.toByteArray();

            assertThat(first).isEqualTo(bytes.length == 0 ? -1 : bytes[0] & 0xff);
            assertThat(rest).hasSize(Math.max(0, bytes.length - 1));
            for (var i = 0; i < rest.length; i++) {
                assertThat(rest[i]).isEqualTo(bytes[i + 1]);
            }
            assertThat(stream.read()).isEqualTo(-1);
        }
        assertThat(befores).as("the end is asked for once").hasSize(parts.size() + 1);
        assertThat(befores.getLast()).isEqualTo(whole.size());
    }

    @Test
    void a_part_that_is_missing_ends_in_an_exception() {
        var stream =
                new PartStream((number, _) -> {
                    throw new IOException("gone");
                });

        assertThatThrownBy(stream::read).isInstanceOf(IOException.class).hasMessage("gone");
    }
}
