/// Pages: the layout that every page stands in, how staff pages write dates, names and numbers, the
/// assets, and the pages that belong to nobody else (home, help, sign-in, problems).
///
/// Standards: NHS Common User Interface (ISB 1500 to 1508), NHS service manual, WCAG 2.2 AA.
/// Hazards: H-101 (wrong patient), H-102 (a missing part read as none), H-105 (a date, dose or number
/// misread). Templates lie in `src/main/jte`, in folders named as the packages whose views they show.
@NullMarked
@ApplicationModule(allowedDependencies = {"access", "settings"})
package trellis.page;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
