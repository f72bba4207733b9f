// Everything works without this script; it only improves (interface rule 41).
import { initAll } from './nhsuk/nhsuk.js'

document.body.classList.add('js-enabled', 'nhsuk-frontend-supported')
initAll()

// The fixed banner must never cover the focused element: keep as much room as the banner takes.
const banner = document.querySelector('.trellis-banner')
if (banner) {
  const measure = () =>
    document.documentElement.style.setProperty('--trellis-banner', `${banner.offsetHeight}px`)
  new ResizeObserver(measure).observe(banner)
  measure()
}

// A page that the browser brings back from memory may show what has changed since, or show a record
// after sign-out on a shared machine: load it again.
window.addEventListener('pageshow', (event) => {
  if (event.persisted) {
    window.location.reload()
  }
})
