/* Draws a preview a moment after the typing stops. Without this script the "Look at it" button does.
   <form data-preview="/address"> and <div id="preview"> on the same page. The server answers HTML of
   its own making; what a person typed is escaped there. */
const WAIT = 700

for (const form of document.querySelectorAll('form[data-preview]')) {
  const place = document.getElementById('preview')
  let timer = 0
  let asked = 0

  const draw = async () => {
    const mine = ++asked
    try {
      const answer = await fetch(form.dataset.preview, { method: 'POST', body: new FormData(form) })
      if (answer.ok && mine === asked) place.innerHTML = await answer.text()
    } catch { /* the button still works */ }
  }

  form.addEventListener('input', () => {
    clearTimeout(timer)
    timer = setTimeout(draw, WAIT)
  })
}
