/* Keeps what everybody gets alike, and one page for when the line is dead.
   Pages are always the server's; nothing personal is ever kept here. */
'use strict'
var NAME = 'tinhso-{{ version }}'
var SHELL = {{ shell|safe }}
// Files named by their content never change.
var FIXED = /^\/static\/.+\.[0-9a-f]{12}\.\w+$/

self.addEventListener('install', function (event) {
  event.waitUntil(caches.open(NAME).then(function (cache) {
    return cache.addAll(SHELL)
  }).then(function () { return self.skipWaiting() }))
})

self.addEventListener('activate', function (event) {
  event.waitUntil(caches.keys().then(function (names) {
    return Promise.all(names.map(function (name) {
      return name !== NAME && name.indexOf('tinhso-') === 0 && caches.delete(name)
    }))
  }).then(function () { return self.clients.claim() }))
})

function kept (request) {
  return caches.open(NAME).then(function (cache) {
    return cache.match(request).then(function (found) {
      return found || fetch(request).then(function (answer) {
        if (answer.ok) cache.put(request, answer.clone())
        return answer
      })
    })
  })
}

self.addEventListener('fetch', function (event) {
  var request = event.request
  var url = new URL(request.url)
  if (url.origin !== self.location.origin) return
  if (request.method === 'GET' && FIXED.test(url.pathname)) {
    event.respondWith(kept(request))
  } else if (url.pathname === '/suc-khoe') {
    event.respondWith(fetch(request))
  } else if (request.mode === 'navigate') {
    event.respondWith(fetch(request).catch(function () { return caches.match(SHELL[0]) }))
  }
})

// A message of the platform: its title only, for a locked screen is read by anybody.
self.addEventListener('push', function (event) {
  var told = {}
  try { told = event.data.json() } catch (unreadable) { return }
  event.waitUntil(self.registration.showNotification(told.title, {
    body: told.body, tag: told.tag, data: told.url
  }))
})

self.addEventListener('notificationclick', function (event) {
  event.notification.close()
  var url = new URL(event.notification.data || '/', self.location.origin)
  if (url.origin === self.location.origin) event.waitUntil(self.clients.openWindow(url.href))
})
