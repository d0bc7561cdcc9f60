import { readFileSync, writeFileSync } from 'node:fs';
import { architecturePage, withTables } from './architecture-tables.ts';
import { eventsPage, eventsPageText } from './events-page.ts';
import { requirementsPage, withRequirementTables } from './requirements-tables.ts';
import { deployPage, withScopes } from './scopes-table.ts';

/** `npm run docs`: the pages and tables that are made from code and content. */
writeFileSync(eventsPage, await eventsPageText());
writeFileSync(architecturePage, withTables(readFileSync(architecturePage, 'utf8')));
writeFileSync(requirementsPage, withRequirementTables(readFileSync(requirementsPage, 'utf8')));
writeFileSync(deployPage, withScopes(readFileSync(deployPage, 'utf8')));
console.log(
  'docs/events.md and the tables of docs/architecture.md, docs/requirements.md and docs/deploy.md are written.',
);
