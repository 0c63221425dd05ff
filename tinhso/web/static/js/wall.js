/* Keeps a wall up to date: the server says when numbers changed, and the page is read anew.
   Without scripts the page loads itself every minute. */
(function () {
  'use strict'
  var WAIT = 30000
  var main = document.getElementById('noi-dung')

  function read () {
    fetch(window.location.href, { headers: { Accept: 'text/html' } })
      .then(function (answer) {
        // Signed out, or the page is gone: the whole page says so.
        if (!answer.ok || answer.redirected) throw new Error(String(answer.status))
        return answer.text()
      })
      .then(function (text) {
        var fresh = new DOMParser().parseFromString(text, 'text/html')
        main.replaceChildren.apply(main, fresh.getElementById('noi-dung').children)
      })
      .catch(again)
  }

  function again () {
    window.setTimeout(function () { window.location.reload() }, WAIT)
  }

  var events = new EventSource(main.dataset.events)
  events.addEventListener('numbers', read)
  events.onerror = function () {
    // It comes back by itself unless it was turned away.
    if (events.readyState === EventSource.CLOSED) again()
  }
})()
