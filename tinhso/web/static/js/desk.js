/* The desk by keyboard: j k x Enter ? Ctrl+K. Rows carry data-row, dialogs their id. */
(function () {
  'use strict'

  function typing (event) {
    var target = event.target
    // 229 and isComposing: a Vietnamese input method is still putting letters together.
    return event.isComposing || event.keyCode === 229 || target.isContentEditable ||
      /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) && target.type !== 'checkbox'
  }

  function rows () {
    return Array.prototype.slice.call(document.querySelectorAll('[data-row]'))
  }

  function current () {
    return document.activeElement && document.activeElement.closest('[data-row]')
  }

  function move (by) {
    var all = rows()
    if (!all.length) return
    var here = all.indexOf(current())
    var next = here < 0 ? (by > 0 ? 0 : all.length - 1) : here + by
    next = Math.min(Math.max(next, 0), all.length - 1)
    all[next].tabIndex = -1
    all[next].focus()
    all[next].scrollIntoView({ block: 'nearest' })
  }

  function mark () {
    var row = current()
    var box = row && row.querySelector('input[type=checkbox]')
    if (!box) return
    box.checked = !box.checked
    row.setAttribute('aria-selected', String(box.checked))
    box.dispatchEvent(new Event('change', { bubbles: true }))
  }

  function open (event) {
    // Only a row itself: a link or a button inside it keeps its own Enter.
    if (event.target !== current()) return
    var link = event.target.querySelector('a[href]')
    if (link) link.click()
  }

  function show (id) {
    var dialog = document.getElementById(id)
    if (!dialog || dialog.open) return
    dialog.showModal()
    var input = dialog.querySelector('input')
    if (input) input.select()
  }

  var keys = {
    j: function () { move(1) },
    k: function () { move(-1) },
    x: mark,
    Enter: open,
    '?': function () { show('shortcuts') }
  }

  // Single letters can be switched off (WCAG 2.1.4): speech input may type them.
  var off = document.getElementById('shortcuts-off')
  if (off) {
    off.checked = localStorage.getItem('shortcuts') === 'off'
    off.addEventListener('change', function () {
      localStorage.setItem('shortcuts', off.checked ? 'off' : 'on')
    })
  }

  document.addEventListener('keydown', function (event) {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
      event.preventDefault()
      show('palette')
      return
    }
    if (typing(event) || event.ctrlKey || event.metaKey || event.altKey) return
    if (off && off.checked) return
    if (document.querySelector('dialog[open]')) return
    // A button may name a key of its own: data-key="n".
    var button = document.querySelector('[data-key="' + CSS.escape(event.key) + '"]')
    if (button) {
      event.preventDefault()
      if (!event.repeat) button.click()
      return
    }
    if (!keys[event.key]) return
    if (event.key !== 'Enter') event.preventDefault()
    keys[event.key](event)
  })

  document.addEventListener('click', function (event) {
    var opener = event.target.closest('[data-opens]')
    if (opener) show(opener.dataset.opens)
  })

  function fold (text) {
    return text.normalize('NFD').replace(/[\u0300-\u036f]/g, '').replace(/[đĐ]/g, 'd').toLowerCase()
  }

  var palette = document.getElementById('palette')
  if (palette) {
    palette.querySelector('input').addEventListener('input', function (event) {
      var wanted = fold(event.target.value)
      palette.querySelectorAll('[data-command]').forEach(function (item) {
        item.hidden = fold(item.textContent).indexOf(wanted) < 0
      })
    })
  }

  // Of a question being built: only what fits its kind of answer. Without this, all.
  var kind = document.getElementById('kind')
  function fit () {
    document.querySelectorAll('[data-fits]').forEach(function (box) {
      box.hidden = box.dataset.fits.split(' ').indexOf(kind.value) < 0
    })
    document.querySelectorAll('form details').forEach(function (group) {
      group.hidden = !group.querySelector(':scope > div:not([hidden])')
    })
  }
  if (kind && document.querySelector('[data-fits]')) {
    kind.addEventListener('change', fit)
    fit()
  }
})()
