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
})()
