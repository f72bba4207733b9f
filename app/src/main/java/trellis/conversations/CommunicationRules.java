package trellis.conversations;

import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.stereotype.Component;
import trellis.api.WriteRule;
import trellis.fhir.Problem;
import trellis.store.Database;

/// What was said in a conversation stays as it was said: nobody changes or deletes it by the API.
@Component
final class CommunicationRules implements WriteRule {
    private final ConversationSql sql;

    CommunicationRules(@Qualifier(Database.STRAIGHT) DataSource database) {
        this.sql = new ConversationSql(database);
    }

    @Override
    public Set<String> types() {
        return Set.of("Communication");
    }

    @Override
    public Optional<Problem> check(Proposed change) {
        return sql.conversation(change.id()).isPresent()
                ? Optional.of(
                        new Problem.Forbidden(
                                "This is a message of a conversation, which nobody changes. Write another"
                                        + " message there that puts it right."))
                : Optional.empty();
    }
}
