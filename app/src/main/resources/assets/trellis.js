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

// What has been typed is kept on the server, for whoever typed it and nobody else, so that a lock or a
// lost connection loses nothing; it comes back when they come back to the page.
const forms = [...document.querySelectorAll('main form[method="post"]')].filter((form) =>
  form.querySelector('textarea, input[type="text"]') && !form.querySelector('input[type="password"]'))
const signedIn = document.querySelector('form[data-lock]')
if (signedIn && forms.length) {
  const token = signedIn.querySelector('input')
  const fields = () => [...document.querySelectorAll('main form[method="post"] textarea, main form[method="post"] input[type="text"]')]
  const typed = () => {
    const values = {}
    for (const field of fields()) if (field.id && field.value !== field.defaultValue) values[field.id] = field.value
    return values
  }
  const keep = (values) => fetch('/drafts', {
    method: 'POST',
    keepalive: true,
    body: new URLSearchParams({ [token.name]: token.value, page: location.pathname, fields: JSON.stringify(values) })
  }).catch(() => {})
  let waiting
  document.querySelector('main').addEventListener('input', () => {
    clearTimeout(waiting)
    waiting = setTimeout(() => keep(typed()), 500)
  })
  for (const form of forms) form.addEventListener('submit', () => { clearTimeout(waiting); keep({}) })
  signedIn.addEventListener('submit', (event) => {
    event.preventDefault()
    clearTimeout(waiting)
    keep(typed()).then(() => signedIn.submit())
  })
  fetch('/drafts?page=' + encodeURIComponent(location.pathname))
    .then((answer) => answer.json())
    .then((values) => {
      for (const field of fields()) {
        if (Object.hasOwn(values, field.id) && field.value === field.defaultValue) field.value = values[field.id]
      }
    })
    .catch(() => {})
}

// Passkeys: the browser asks the device, the server asks the browser.
for (const form of document.querySelectorAll('form[data-passkey]')) {
  if (!window.PublicKeyCredential?.parseCreationOptionsFromJSON) continue
  form.hidden = false
  document.querySelector('[data-passkey-none]')?.remove()
  const error = form.querySelector('[data-passkey-error]')
  const post = (address, more) => {
    const body = new URLSearchParams(new FormData(form))
    for (const [name, value] of Object.entries(more)) body.set(name, value)
    return fetch(address, { method: 'POST', body })
  }
  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    error.textContent = ''
    try {
      const address = form.dataset.passkey
      const options = await (await post(address + '/options', {})).json()
      const credential = address.startsWith('/account')
        ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
        : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) })
      const answer = await post(address, { credential: JSON.stringify(credential.toJSON()) })
      const said = await answer.json()
      if (answer.ok) window.location.assign(said.next)
      else error.textContent = said.error
    } catch {
      error.textContent = 'The device gave no passkey for this address. Try again, or use your password.'
    }
  })
}
