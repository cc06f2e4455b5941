/* Reads a page aloud with the voice that the browser has. No button where it has none.
   What is read is what stands in [data-read-aloud]: headings, texts, questions and choices. */
const SAID = 'h1, h2, h3, p, li, legend, label, .nhsuk-hint'
const place = document.querySelector('[data-read-aloud]')

const texts = () => [...place.querySelectorAll(SAID)]
  .filter((element) => !element.querySelector(SAID) && element.offsetParent !== null)
  .map((element) => element.textContent.replace(/\s+/g, ' ').trim())
  .filter(Boolean)

if (place && 'speechSynthesis' in window) {
  const button = document.createElement('button')
  button.type = 'button'
  button.className = 'nhsuk-button nhsuk-button--secondary nhsuk-button--small app-read-aloud'
  const rest = () => { button.textContent = 'Read this page aloud' }
  rest()
  button.addEventListener('click', () => {
    const isReading = speechSynthesis.speaking || speechSynthesis.pending
    speechSynthesis.cancel()
    if (isReading) {
      rest()
      return
    }
    const all = texts().map((text) => {
      const one = new SpeechSynthesisUtterance(text)
      one.lang = 'en-GB'
      return one
    })
    if (!all.length) return
    all.at(-1).addEventListener('end', rest)
    button.textContent = 'Stop reading'
    for (const one of all) speechSynthesis.speak(one)
  })
  place.before(button)
  addEventListener('pagehide', () => speechSynthesis.cancel())
}
