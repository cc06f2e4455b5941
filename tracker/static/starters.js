/* Makes sentence starters ready to press: a click puts the words in the box above them.
   Without this script they are plain words to copy.  <ul data-starters-for="id of the box"> */
for (const list of document.querySelectorAll('[data-starters-for]')) {
  const box = document.getElementById(list.dataset.startersFor)
  if (!box) continue
  for (const item of list.querySelectorAll('li')) {
    const words = item.textContent.replace('…', '').trim()
    const button = document.createElement('button')
    button.type = 'button'
    button.className = 'app-link-button'
    button.textContent = item.textContent.trim()
    item.replaceChildren(button)
    button.addEventListener('click', () => {
      const gap = box.value && !box.value.endsWith('\n') ? '\n' : ''
      box.value += `${gap}${words} `
      box.focus()
      box.setSelectionRange(box.value.length, box.value.length)
      box.dispatchEvent(new Event('input', { bubbles: true }))
    })
  }
}
