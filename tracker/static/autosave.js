/* Saves a form's text a moment after the typing stops. Without this script the Save button does it.
   <form data-autosave="/address" data-device-key="..."> with <p role="status" data-autosave-status>.
   The server answers {version, saved} or, to an older version, 409 {message, saved: [{label, text}]}.
   While there is no connection the text is kept on this device, encrypted under a key that only
   pages of this account carry: another person at the same tablet cannot read it. */
const WAIT = 800
const NOT_TEXT = new Set(['csrf_token', 'version', 'writer', 'form_key', 'password', 'username'])
const NO_LINE = 'Not saved yet: no connection. Your text is kept on this device. We will try again by ourselves.'
const NO_LINE_HERE = 'Not saved yet: no connection. Your text is still here: leave this page open. We will try again by ourselves.'

const bytes = (hex) => Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16))
const toText = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
const fromText = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0))

/* Text on this device, for one account and one page. Does nothing where the browser cannot. */
const deviceStore = async (hex, place) => {
  const none = { keep: async () => false, find: async () => null, drop: () => {} }
  if (!hex || !window.crypto?.subtle || !window.localStorage) return none
  const key = await crypto.subtle.importKey('raw', bytes(hex), 'AES-GCM', false, ['encrypt', 'decrypt'])
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(hex + place))
  const name = `text-${toText(hash).slice(0, 24)}`
  return {
    async keep (fields) {
      try {
        const iv = crypto.getRandomValues(new Uint8Array(12))
        const text = new TextEncoder().encode(JSON.stringify(fields))
        const box = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, text)
        localStorage.setItem(name, `${toText(iv)}.${toText(box)}`)
        return true
      } catch { return false }
    },
    async find () {
      try {
        const [iv, box] = localStorage.getItem(name).split('.')
        const text = await crypto.subtle.decrypt({ name: 'AES-GCM', iv: fromText(iv) }, key, fromText(box))
        return JSON.parse(new TextDecoder().decode(text))
      } catch { return null }
    },
    drop () { localStorage.removeItem(name) }
  }
}

const element = (name, text, parent, className = '') => {
  const made = document.createElement(name)
  made.textContent = text
  made.className = className
  parent.append(made)
  return made
}

const fieldsOf = (form) => Object.fromEntries(
  [...new FormData(form)].filter(([name]) => !NOT_TEXT.has(name))
    .map(([name, text]) => [name, String(text).replace(/\r\n/g, '\n').trim()]))

const putBack = (form, fields) => {
  for (const [name, text] of Object.entries(fields)) {
    for (const box of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
      if (box.type === 'radio' || box.type === 'checkbox') box.checked = box.value === text
      else box.value = text
    }
  }
}

/* What the other one saved, shown under the status while nothing is lost of one's own. */
const showOther = (status, saved) => {
  status.parentElement.querySelector('[data-other-text]')?.remove()
  if (!saved?.length) return
  const box = document.createElement('div')
  box.dataset.otherText = ''
  box.className = 'nhsuk-inset-text'
  element('p', 'What is saved now. Your own text is still in the boxes.', box)
  for (const { label, text } of saved) {
    element('p', label, box, 'app-quiet')
    element('p', text || 'Nothing yet.', box, 'app-text')
  }
  status.after(box)
}

const offerBack = (form, status, kept, store) => {
  const box = document.createElement('div')
  box.className = 'nhsuk-inset-text'
  element('p', 'There is text of yours on this device that was not saved.', box)
  for (const text of Object.values(kept)) if (text.trim().length > 4) element('p', text, box, 'app-text')
  const row = element('p', '', box, 'app-actions')
  const use = element('button', 'Put it in the boxes', row, 'nhsuk-button nhsuk-button--small nhsuk-button--secondary')
  const drop = element('button', 'Throw it away', row, 'app-link-button')
  use.type = drop.type = 'button'
  use.addEventListener('click', () => {
    putBack(form, kept)
    box.remove()
    form.dispatchEvent(new Event('input', { bubbles: true }))
    form.querySelector('textarea, input:not([type=hidden])')?.focus()
  })
  drop.addEventListener('click', () => { store.drop(); box.remove(); status.textContent = 'Thrown away.' })
  form.before(box)
}

for (const form of document.querySelectorAll('form[data-autosave]')) {
  const status = form.querySelector('[data-autosave-status]')
  const before = JSON.stringify(fieldsOf(form))
  const ready = deviceStore(form.dataset.deviceKey, form.dataset.autosave)
  let timer = 0
  let unsaved = false
  let stopped = false
  let busy = false

  ready.then(async (store) => {
    const kept = await store.find()
    if (!kept) return
    if (JSON.stringify(kept) === before) store.drop()
    else offerBack(form, status, kept, store)
  })

  const save = async () => {
    if (busy || stopped) return
    busy = true
    unsaved = false
    const store = await ready
    try {
      const answer = await fetch(form.dataset.autosave, {
        method: 'POST', body: new FormData(form), headers: { Accept: 'application/json' }
      })
      const body = await answer.json()
      if (answer.ok) {
        form.elements.version.value = body.version
        status.textContent = body.saved
        if (!unsaved) store.drop()
      } else {
        stopped = true
        status.textContent = body.message
        if (body.kept) store.drop()
        else await store.keep(fieldsOf(form))
        showOther(status, body.saved)
      }
    } catch {
      unsaved = true
      status.textContent = await store.keep(fieldsOf(form)) ? NO_LINE : NO_LINE_HERE
    }
    busy = false
    if (unsaved && !stopped) timer = window.setTimeout(save, 5 * WAIT)
  }

  form.addEventListener('input', () => {
    unsaved = true
    window.clearTimeout(timer)
    timer = window.setTimeout(save, WAIT)
  })
  window.addEventListener('online', () => { if (unsaved) { window.clearTimeout(timer); save() } })
  form.addEventListener('submit', () => {
    window.clearTimeout(timer)
    unsaved = false
    stopped = true
    if (!navigator.onLine) ready.then((store) => store.keep(fieldsOf(form)))
  })
  window.addEventListener('beforeunload', (event) => { if (unsaved) event.preventDefault() })
}
