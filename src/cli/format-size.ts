export { formatSize } from '../support/format-size.ts';
