/* Says on the page what the sign-in library only writes to the console. */
(function () {
  'use strict'
  function kind (error) {
    if (!window.PublicKeyCredential || error.name === 'SecurityError') return 'unable'
    return error.name === 'InvalidStateError' ? 'known' : 'failed'
  }
  document.addEventListener('allauth.error', function (event) {
    var note = document.getElementById('passkey-trouble')
    var wanted = kind(event.detail.exception)
    event.preventDefault()
    note.querySelectorAll('[data-trouble]').forEach(function (text) {
      text.hidden = text.dataset.trouble !== wanted
    })
    note.hidden = false
    note.focus()
  })

  // Enter in the name of a key means its button; sent without a key it is of no use.
  var add = document.getElementById('mfa_webauthn_add')
  if (add) {
    add.form.addEventListener('submit', function (event) {
      event.preventDefault()
      add.click()
    })
  }
})()
