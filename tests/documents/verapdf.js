// Validates PDFs with veraPDF: `verapdf.js FLAVOUR FILE…`, one JSON list of faults a file.
// The archive it comes in has no command line of veraPDF and no JAXB, with which veraPDF
// would read its own profiles; so they are read here.

var vera = Packages.org.verapdf
var profiles = vera.pdfa.validation.profiles.Profiles
var flavours = vera.pdfa.flavours.PDFAFlavour
var FILES = { '2a': 'PDFA-2A.xml', '3a': 'PDFA-3A.xml', 'ua1': 'PDFUA-1.xml' }

function textOf (element, name) {
  var found = element.getElementsByTagName(name)
  return found.getLength() ? found.item(0).getTextContent() : null
}

function collect (dom, name, make) {
  var found = dom.getElementsByTagName(name)
  var all = new java.util.HashSet()
  for (var i = 0; i < found.getLength(); i++) all.add(make(found.item(i)))
  return all
}

function rule (element) {
  var id = element.getElementsByTagName('id').item(0)
  return profiles.ruleFromValues(
    profiles.ruleIdFromValues(
      flavours.Specification.valueOf(id.getAttribute('specification')),
      id.getAttribute('clause'), parseInt(id.getAttribute('testNumber'), 10)),
    element.getAttribute('object'),
    element.hasAttribute('deferred')
      ? java.lang.Boolean.valueOf(element.getAttribute('deferred')) : null,
    element.getAttribute('tags'), textOf(element, 'description'), textOf(element, 'test'),
    profiles.errorFromValues(textOf(element, 'message'), new java.util.ArrayList()),
    new java.util.ArrayList())
}

function variable (element) {
  return profiles.variableFromValues(
    element.getAttribute('name'), element.getAttribute('object'),
    textOf(element, 'defaultValue'), textOf(element, 'value'))
}

function read (flavour, file) {
  var at = java.lang.ClassLoader.getSystemResource('org/verapdf/pdfa/validation/' + file)
  var dom = javax.xml.parsers.DocumentBuilderFactory.newInstance()
    .newDocumentBuilder().parse(at.openStream())
  return profiles.profileFromValues(
    flavour, profiles.profileDetailsFromValues('', '', '', new java.util.Date(0)), '',
    collect(dom, 'rule', rule), collect(dom, 'variable', variable))
}

function faults (foundry, flavour, profile, file) {
  var parser = foundry.createParser(new java.io.FileInputStream(file), flavour)
  var result = foundry.createValidator(profile, false).validate(parser)
  var found = result.getTestAssertions().toArray().map(function (one) {
    var id = one.getRuleId()
    return id.getClause() + '-' + id.getTestNumber() + ' ' + one.getMessage() +
      ' @ ' + one.getLocation().getContext()
  })
  parser.close()
  if (result.isCompliant() !== (found.length === 0)) throw new Error('verdict and faults differ')
  return { checks: Number(result.getTotalAssertions()), faults: found }
}

vera.gf.foundry.VeraGreenfieldFoundryProvider.initialise()
var flavour = flavours.fromString(arguments[0])
var profile = read(flavour, FILES[arguments[0]])
for (var i = 1; i < arguments.length; i++) {
  print(JSON.stringify(faults(vera.pdfa.Foundries.defaultInstance(), flavour, profile, arguments[i])))
}
