/* Says at once that a file is too big, before it is sent. Without this script the service says so.
   <form data-largest-file="bytes" data-too-big="what to say"> */
for (const form of document.querySelectorAll('form[data-largest-file]')) {
  const box = form.querySelector('input[type=file]')
  if (!box) continue
  const said = document.createElement('p')
  said.className = 'nhsuk-error-message'
  said.setAttribute('role', 'alert')
  box.closest('.nhsuk-form-group').append(said)
  box.addEventListener('change', () => {
    const file = box.files[0]
    const isTooBig = Boolean(file) && file.size > Number(form.dataset.largestFile)
    if (isTooBig) {
      box.value = ''
      box.dispatchEvent(new Event('change')) // so that the box shows no file
    }
    said.textContent = isTooBig ? form.dataset.tooBig : ''
  })
}
