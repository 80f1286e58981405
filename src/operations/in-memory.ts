export { heldContent as inMemory } from '../ports/blob-store.ts';
