/// Settings: what an operator decides, by environment variables that begin with `TRELLIS_`. Each
/// capability declares its own ([Setting]) and reads them into one record; a variable that nobody
/// declared stops the start, because a misspelt setting is a wrong setting.
///
/// Standards: none. Hazards: a setting silently ignored.
@NullMarked
@ApplicationModule(allowedDependencies = {})
package trellis.settings;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
