export { ko as page } from './page/ko.ts';
export { ko as shared } from './shared/ko.ts';
