/* Lets this browser show messages, once somebody asks for it. */
(function () {
  'use strict'
  var form = document.getElementById('push')
  if (!form || !('serviceWorker' in navigator) || !('PushManager' in window)) return
  form.hidden = false
  function bytes (text) {
    var whole = text.replace(/-/g, '+').replace(/_/g, '/') + '==='.slice((text.length + 3) % 4)
    return Uint8Array.from(atob(whole), function (sign) { return sign.charCodeAt(0) })
  }
  form.addEventListener('submit', function (event) {
    if (form.elements.endpoint.value) return
    event.preventDefault()
    navigator.serviceWorker.register('/sw.js').then(function () {
      return navigator.serviceWorker.ready
    }).then(function (worker) {
      return worker.pushManager.subscribe({
        userVisibleOnly: true, applicationServerKey: bytes(form.dataset.key)
      })
    }).then(function (subscription) {
      var told = subscription.toJSON()
      form.elements.endpoint.value = told.endpoint
      form.elements.p256dh.value = told.keys.p256dh
      form.elements.auth.value = told.keys.auth
      form.submit()
    }).catch(function () {
      document.getElementById('push-refused').hidden = false
    })
  })
})()
