import { createContainer } from './container.ts';
import { createHandler } from './handler.ts';
export const handler = createContainer().serve(createHandler);
