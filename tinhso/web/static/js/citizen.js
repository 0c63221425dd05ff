/* The only script of citizen pages: bring people to their errors. Pages work without it. */
(function () {
  'use strict'
  var summary = document.getElementById('error-summary')
  if (summary) {
    summary.focus()
    document.title = summary.dataset.title + ': ' + document.title
  }
})()
