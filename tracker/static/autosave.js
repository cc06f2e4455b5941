/* Saves a form's text a moment after the typing stops. Without this script the Save button does it.
   <form data-autosave="/address"> with <p role="status" data-autosave-status> in it.
   The server answers {version, saved} or, to an older version, 409 {message}. */
const WAIT = 800

for (const form of document.querySelectorAll('form[data-autosave]')) {
  const status = form.querySelector('[data-autosave-status]')
  let timer = 0
  let unsaved = false
  let stopped = false
  let busy = false

  const save = async () => {
    if (busy || stopped) return
    busy = true
    unsaved = false
    try {
      const answer = await fetch(form.dataset.autosave, {
        method: 'POST', body: new FormData(form), headers: { Accept: 'application/json' }
      })
      const body = await answer.json()
      if (answer.ok) {
        form.elements.version.value = body.version
        status.textContent = body.saved
      } else {
        stopped = true
        status.textContent = body.message
      }
    } catch {
      unsaved = true
      status.textContent = 'Not saved yet: no connection. Your text is still here. We will try again.'
    }
    busy = false
    if (unsaved && !stopped) timer = window.setTimeout(save, 5 * WAIT)
  }

  form.addEventListener('input', () => {
    unsaved = true
    window.clearTimeout(timer)
    timer = window.setTimeout(save, WAIT)
  })
  form.addEventListener('submit', () => { window.clearTimeout(timer); unsaved = false; stopped = true })
  window.addEventListener('beforeunload', (event) => { if (unsaved) event.preventDefault() })
}
