/* The only script of citizen pages. Pages are complete without it. */
(function () {
  'use strict'
  // Bring people to their errors.
  var summary = document.getElementById('error-summary')
  if (summary) {
    summary.focus()
    document.title = summary.dataset.title + ': ' + document.title
  }

  // Show a question when the answer that opens it is chosen; hide it otherwise.
  var conditions = []
  document.querySelectorAll('[data-when]').forEach(function (holder) {
    var anchor = document.createComment('')
    holder.before(anchor)
    var inert = holder.tagName === 'TEMPLATE'
    var node = inert ? holder.content.firstElementChild : holder
    if (inert) holder.remove()
    conditions.push({ anchor: anchor, node: node, when: holder.dataset.when.split('=') })
  })
  function sync () {
    conditions.forEach(function (one) {
      var chosen = document.querySelector('[name="' + one.when[0] + '"]:checked')
      var wanted = chosen !== null && chosen.value === one.when[1]
      if (wanted && !one.node.isConnected) one.anchor.after(one.node)
      if (!wanted && one.node.isConnected) one.node.remove()
    })
  }
  if (conditions.length) {
    document.addEventListener('change', sync)
    sync()
  }

  // Narrow a long list while typing, with or without diacritics.
  function fold (text) {
    return text.toLowerCase().replace(/đ/g, 'd').normalize('NFD').replace(/\p{M}/gu, '')
  }
  document.querySelectorAll('[data-narrows]').forEach(function (box) {
    var list = document.getElementById(box.dataset.narrows)
    var all = Array.from(list.options)
    box.hidden = false
    box.querySelector('input').addEventListener('input', function (event) {
      var words = fold(event.target.value)
      var chosen = list.value
      list.replaceChildren.apply(list, all.filter(function (option) {
        return fold(option.text).includes(words)
      }))
      list.value = chosen
      if (list.selectedIndex < 0) list.selectedIndex = 0
    })
  })

  document.querySelectorAll('[data-prints]').forEach(function (button) {
    button.hidden = false
    button.addEventListener('click', function () { window.print() })
  })

  // What is typed while the line is dead is kept on this machine until the server has it.
  var PREFIX = 'tinhso.'
  var WEEK = 7 * 24 * 3600 * 1000
  function entries () {
    try {
      return Object.keys(localStorage).filter(function (name) {
        return name.indexOf(PREFIX) === 0
      })
    } catch (blocked) { return [] }
  }
  function read (name) {
    try { return JSON.parse(localStorage.getItem(name)) } catch (broken) { return null }
  }
  function forget (name) { localStorage.removeItem(name) }
  function isShared () {
    try { return sessionStorage.getItem('shared') === '1' } catch (blocked) { return true }
  }
  entries().forEach(function (name) {
    var entry = read(name)
    if (!entry || Date.now() - entry.at > WEEK) forget(name)
  })
  // A page made later than what was sent: the server has it.
  document.querySelectorAll('[data-kept],[data-keeps]').forEach(function (node) {
    var whole = (node.dataset.kept || node.dataset.keeps).split(':')[0] + ':'
    entries().forEach(function (name) {
      if (name.indexOf(PREFIX + whole) !== 0) return
      var entry = read(name)
      var isOver = node.dataset.version === 'submitted'
      if (isOver || (entry.sent && entry.version !== node.dataset.version)) forget(name)
    })
  })
  document.addEventListener('submit', function (event) {
    if (/dang-xuat$/.test(event.target.action)) entries().forEach(forget)
  })

  // Browsers say "online" before the line carries anything; so ask the server first,
  // by the way the page itself will take.
  function whenBack (then) {
    fetch('/suc-khoe', { cache: 'no-store' }).then(function (answer) {
      if (!answer.ok) throw new Error(answer.status)
      then()
    }).catch(function () {
      if (navigator.onLine) setTimeout(whenBack, 2000, then)
    })
  }
  var reopens = document.querySelector('[data-reopens]')
  if (reopens) {
    window.addEventListener('online', function () {
      whenBack(function () { window.location.replace(window.location.href) })
    })
  }

  var form = document.querySelector('form[data-keeps]')
  var notice = document.getElementById('keeping')
  if (form && notice) {
    var name = PREFIX + form.dataset.keeps
    var waits = false
    var says = {}
    var tell = function () {
      says.offline = !navigator.onLine && !isShared()
      says.shared = !navigator.onLine && isShared()
      says.waiting = waits
      var any = false
      notice.querySelectorAll('[data-says]').forEach(function (line) {
        line.hidden = !says[line.dataset.says]
        any = any || !line.hidden
      })
      notice.hidden = !any
    }
    var keep = function (sent) {
      if (isShared()) return
      var values = []
      new FormData(form).forEach(function (value, key) {
        if (typeof value === 'string' && key !== 'csrfmiddlewaretoken') values.push([key, value])
      })
      var entry = { at: Date.now(), version: form.dataset.version, sent: sent, values: values }
      try { localStorage.setItem(name, JSON.stringify(entry)) } catch (full) {}
    }
    var fill = function (values) {
      var given = {}
      values.forEach(function (pair) { (given[pair[0]] = given[pair[0]] || []).push(pair[1]) })
      Array.from(form.elements).forEach(function (field) {
        var texts = given[field.name]
        if (!texts || field.name === 'asked' || field.type === 'file') return
        if (field.type === 'radio' || field.type === 'checkbox') {
          field.checked = texts.indexOf(field.value) >= 0
        } else if (field.type !== 'submit') {
          field.value = texts[0]
        }
      })
    }
    var entry = entries().indexOf(name) < 0 ? null : read(name)
    if (entry) {
      fill(entry.values)
      sync()
      fill(entry.values)
      says.restored = true
      var folded = form.closest('details')
      if (folded) folded.open = true
    }
    var shared = document.getElementById('keeping-shared')
    shared.checked = isShared()
    shared.addEventListener('change', function () {
      try { sessionStorage.setItem('shared', shared.checked ? '1' : '0') } catch (blocked) {}
      if (shared.checked) entries().forEach(forget)
      else if (!navigator.onLine) keep(false)
      tell()
    })
    form.addEventListener('input', function () { if (!navigator.onLine) keep(false) })
    form.addEventListener('change', function () { if (!navigator.onLine) keep(false) })
    window.addEventListener('offline', function () { keep(false); tell() })
    window.addEventListener('online', function () {
      tell()
      if (waits) whenBack(function () { waits = false; form.requestSubmit() })
    })
    form.addEventListener('submit', function (event) {
      keep(navigator.onLine)
      if (navigator.onLine) return
      event.preventDefault()
      waits = true
      tell()
      notice.scrollIntoView({ block: 'nearest' })
    })
    tell()
  }

  // The service worker only hands out static files and the page for a dead line.
  if ('serviceWorker' in navigator) {
    window.addEventListener('load', function () {
      navigator.serviceWorker.register('/sw.js').catch(function () {})
    })
  }
})()
