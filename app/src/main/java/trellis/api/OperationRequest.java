package trellis.api;

import trellis.access.Caller;
import trellis.audit.AuditEntry;

/// One call of an [Operation].
///
/// @param caller who asks
/// @param source from where, for lines of the audit
/// @param base address of this server's API, no slash at the end
/// @param level where it was called
/// @param type the resource type in the address; empty at the level of the system
/// @param id the logical id in the address, of the right form; empty unless at the level of an instance
/// @param arguments what it was called with
/// @param lenient whether unknown parameters are to be left out (`Prefer: handling=lenient`)
/// @param trail the audit of what the operation changes, to be handed to the store with the changes
/// @param url the whole address, query and all
public record OperationRequest(
        Caller caller,
        AuditEntry.Source source,
        String base,
        Operation.Level level,
        String type,
        String id,
        Arguments arguments,
        boolean lenient,
        Trail trail,
        String url) {}
