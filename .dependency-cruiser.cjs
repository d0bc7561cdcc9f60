// The import rule of docs/architecture.md. `npm run check:imports` and test/architecture.test.ts run it through tools/check-imports.ts,
// which also makes sure that the modules were really seen. Imports of types count like any other.
const packages = (...names) => names.map((name) => `^node_modules/(@types/)?${name}/`);
const builtIn = (...names) => names.map((name) => `^(node:)?${name}$`);
const fhirTypes = ['^node_modules/@types/fhir/', '^fhir/r4'];
const anyFile = '.+';

/** What a folder may import, and nothing else; the folder itself is among it. */
const only = (name, from, comment, to) => ({
  name,
  comment,
  severity: 'error',
  from: typeof from === 'string' ? { path: from } : from,
  to: { path: anyFile, pathNot: to },
});

/** What only some may import. */
const onlyFrom = (name, comment, to, from) => ({
  name,
  comment,
  severity: 'error',
  from: { path: anyFile, pathNot: from },
  to: { path: to },
});

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    only('events-import-zod-only', '^events/', 'The contract on the bus depends on nothing of ours.', [
      '^events/',
      ...packages('zod'),
    ]),
    only('domain-is-pure', '^domain/', 'The rules know no SDK, no FHIR, no clock, no random, no environment.', [
      '^domain/',
      '^events/',
      ...packages('libphonenumber-js'),
    ]),
    only('mappings-do-no-io', '^fhir-mappings/', 'FHIR and HL7 to and from the domain, and nothing is fetched.', [
      '^(fhir-mappings|domain|events)/',
      ...fhirTypes,
      ...packages('zod', 'fhirpath'),
    ]),
    only('content-is-data', '^content/', 'What the clinic edits, read and checked; hashed for its version.', [
      '^(content|domain)/',
      ...fhirTypes,
      ...packages('zod'),
      ...builtIn('crypto'),
    ]),
    only('web-knows-the-catalogue-only', '^web/', 'Pages are drawn from what they are given.', [
      '^web/',
      '^domain/guidance/',
    ]),
    only(
      'edge-draws-and-lets-in',
      '^edge/',
      'How a decision is drawn and how the outside is let in; vendors stay in adapters.',
      [
        '^(edge|domain|events|web|content)/',
        ...packages('@middy/core', 'aws-lambda'),
        '^aws-lambda$',
        ...builtIn('crypto'),
      ],
    ),
    only('adapters-know-ports', '^adapters/', 'An adapter knows the ports, what they name, and its SDK.', [
      '^adapters/',
      '^domain/(ports|errors|story|guidance)/',
      '^events/',
      '^edge/reply\\.ts$',
      ...packages(
        '@aws-sdk/[^/]+',
        '@smithy/[^/]+',
        '@aws-lambda-powertools/[^/]+',
        'twilio',
        'fhir-kit-client',
        'jose',
        'aws-lambda',
      ),
      '^aws-lambda$',
      ...builtIn('[a-z_/]+'),
    ]),
    only(
      'functions-decide-without-vendors',
      { path: '^functions/', pathNot: '/(container|index)\\.ts$' },
      'A handler is given its adapters; it constructs none.',
      [
        '^(functions|domain|events|fhir-mappings|web|edge)/',
        ...fhirTypes,
        ...packages('zod', '@middy/core', 'aws-lambda'),
        '^aws-lambda$',
        ...builtIn('crypto'),
      ],
    ),
    {
      name: 'entry-points-are-imported-by-nobody',
      comment: 'index.ts and container.ts are where a Lambda begins; only tests and benches load them from elsewhere.',
      severity: 'error',
      from: { path: anyFile, pathNot: '^(functions|test|bench)/' },
      to: { path: '^functions/[^/]+/(index|container)\\.ts$' },
    },
    only('lib-knows-names', '^lib/', 'What is deployed is made from declarations, never from running code.', [
      '^(lib|events)/',
      '^functions/(functions|function-spec|[^/]+/environment)\\.ts$',
      ...packages('aws-cdk-lib', 'constructs', 'cdk-nag', 'esbuild', 'zod'),
      ...builtIn('[a-z_/]+'),
    ]),
    only('bin-begins-lib', '^bin/', 'The entry of the CDK app.', ['^(bin|lib)/', ...packages('aws-cdk-lib')]),
    onlyFrom('adapters-are-constructed-in-containers', 'The composition roots, and those who try them.', '^adapters/', [
      '^(adapters|local|test|bench)/',
      '^functions/[^/]+/container\\.ts$',
      // A container that several functions share.
      '^functions/[^/]+\\.ts$',
    ]),
    onlyFrom('local-is-for-one-machine', 'The product never leans on its stand-ins.', '^local/', [
      '^(local|test|bench)/',
    ]),
    onlyFrom('tests-are-imported-by-nobody', 'Neither are benches and tools.', '^(test|bench|tools)/', [
      '^(test|bench|tools)/',
    ]),
    {
      name: 'nothing-is-missing',
      comment: 'An import that leads nowhere would slip past every other rule.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: ['^fhir/r4', '^aws-lambda$', '^@medplum/fhirtypes$'] },
    },
  ],
  options: {
    parser: 'swc',
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(cdk\\.out|\\.told-once|dist)/' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
};
