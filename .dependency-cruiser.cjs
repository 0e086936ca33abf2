/**
 * Who may import whom: ARCHITECTURE.md, section of that name. Type-only imports obey the layers too; only the rule
 * against cycles looks at what is left at run time.
 */
const LAYERS = [
  {
    name: 'config, errors, viewer, metrics, tracing',
    path: '^src/(config/|errors[.]ts$|viewer[.]ts$|metrics[.]ts$|tracing[.]ts$)',
  },
  { name: 'database', path: '^src/database/' },
  { name: 'event-store', path: '^src/event-store/' },
  { name: 'event-bus', path: '^src/event-bus/' },
  { name: 'graphql', path: '^src/graphql/' },
  { name: 'modules', path: '^src/modules/' },
  { name: 'schema, app', path: '^src/(schema|catalogue|app|app-[a-z]+)[.]ts$' },
  { name: 'seed', path: '^src/seed/' },
  { name: 'main', path: '^src/(main|migrate|rotate-master-key|seed|demo)[.]ts$' },
];
const ANY_LAYER = LAYERS.map((layer) => layer.path).join('|');
const CORE = '^src/(config|database|event-store|event-bus)/|^src/[^/]+[.]ts$';
const COMPOSITION_ROOT = '^src/(schema|catalogue|app|app-[a-z]+)[.]ts$';
const UNIT_TEST = '[.]test[.]ts$';

const layerRules = LAYERS.slice(0, -1).map((layer, index) => ({
  name: `layers: ${layer.name}`,
  comment: `Code of "${layer.name}" imports only what stands before it.`,
  severity: 'error',
  from: { path: layer.path },
  to: {
    path: LAYERS.slice(index + 1)
      .map((later) => later.path)
      .join('|'),
  },
}));

module.exports = {
  forbidden: [
    ...layerRules,
    {
      name: 'layers: every file has one',
      comment: 'A file or folder of src that no layer names: give it a place in the order first.',
      severity: 'error',
      from: {},
      to: { path: '^src/', pathNot: ANY_LAYER },
    },
    {
      name: 'layers: every importer has one',
      comment: 'A file or folder of src that no layer names: give it a place in the order first.',
      severity: 'error',
      from: { path: '^src/', pathNot: ANY_LAYER },
      to: {},
    },
    {
      name: 'leaf: errors, viewer, metrics and tracing',
      comment:
        'errors.ts, viewer.ts, metrics.ts and tracing.ts import nothing of ours, so that everything may import them.',
      severity: 'error',
      from: { path: '^src/(errors|viewer|metrics|tracing)[.]ts$' },
      to: { path: '^src/' },
    },
    {
      name: 'leaf: event definitions',
      comment: 'Other modules import *.events.ts; it would carry with it whatever it imports itself.',
      severity: 'error',
      from: { path: '^src/modules/.+[.]events[.]ts$' },
      to: { path: '^src/', pathNot: '^src/(errors[.]ts$|event-store/)|[.]events[.]ts$' },
    },
    {
      name: 'main: only app, config, demo data and the embedded database',
      comment:
        'main.ts starts and stops the process, and the embedded database while the rest is loaded; what it runs is put together in app.ts.',
      severity: 'error',
      from: { path: '^src/main[.]ts$' },
      to: { path: '^src/', pathNot: '^src/(app[.]ts$|config/|seed/|database/embedded-database[.]ts$)' },
    },
    {
      name: 'modules: only events and types of another',
      comment: 'Across modules only *.events.ts and *.type.ts; never a policy, an entity or a repository.',
      severity: 'error',
      from: { path: '^src/modules/([^/]+)/' },
      to: { path: '^src/modules/', pathNot: '^src/modules/$1/|[.](events|type)[.]ts$' },
    },
    {
      name: 'modules: manifests only from the composition root',
      comment: 'A manifest (modules/*/index.ts) pulls in its whole module.',
      severity: 'error',
      from: { path: '^src/', pathNot: COMPOSITION_ROOT },
      to: { path: '^src/modules/[^/]+/index[.]ts$' },
    },
    {
      name: 'core: no GraphQL below graphql',
      comment: 'Log and delivery know nothing of the transport.',
      severity: 'error',
      from: { path: CORE, pathNot: COMPOSITION_ROOT },
      to: { path: '(^|/)node_modules/(graphql|graphql-yoga|graphql-ws|@pothos|@graphql-yoga)/' },
    },
    {
      name: 'src: nothing from outside',
      comment: 'What runs in production never imports tests, tools, benchmarks or the SDK.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(test|bench|sdk|scripts|console|demo)/' },
    },
    {
      name: 'src: no development dependencies',
      comment: 'They are absent after `npm ci --omit=dev`.',
      severity: 'error',
      from: { path: '^src/', pathNot: UNIT_TEST },
      to: { dependencyTypes: ['npm-dev'] },
    },
    {
      name: 'src: no unit tests',
      comment: 'A test beside its subject is imported by nobody.',
      severity: 'error',
      from: {},
      to: { path: `^src/.*${UNIT_TEST}` },
    },
    {
      name: 'migrations: frozen',
      comment: 'A migration must do tomorrow what it does today, so it uses none of the code that moves on.',
      severity: 'error',
      from: { path: '^migrations/' },
      to: { path: '^(src|test|scripts)/' },
    },
    {
      name: 'checker: nothing of what it judges',
      comment: 'The checker of the reliability runs would share a mistake with whatever it imports of the program.',
      severity: 'error',
      from: { path: '^test/reliability/checker/' },
      to: { path: '^(src|migrations|sdk|scripts|demo|test)/', pathNot: '^test/reliability/checker/' },
    },
    {
      name: 'sdk: a package of its own',
      comment: 'The SDK is generated from the printed schema and knows nothing else of the server.',
      severity: 'error',
      from: { path: '^(sdk|console)/' },
      to: { path: '^(src|test|scripts|bench|demo)/' },
    },
    {
      name: 'cycles: none at run time',
      comment: 'Modules that import each other have no order in which they can be loaded, understood or tested.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only', 'type-import'] } },
    },
    {
      name: 'resolvable',
      comment:
        'The imported file or package is not there, or not in package.json. Packages of their own are installed apart.',
      severity: 'error',
      from: { pathNot: '^(bench|sdk|console)/' },
      to: { couldNotResolve: true },
    },
    {
      name: 'declared',
      comment: 'The package is installed only because another one needs it: add it to package.json.',
      severity: 'error',
      from: { path: '^(src|test|scripts|migrations|demo)/' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|coverage|[.]data)/' },
    tsPreCompilationDeps: true,
    detectJSDocImports: false,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.mjs', '.cjs', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types'],
    },
    skipAnalysisNotInRules: true,
  },
};
