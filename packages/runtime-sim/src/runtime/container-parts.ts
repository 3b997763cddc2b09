/** What a node needs for containers, and does without as long as it has none. */
export { attachTo } from './attach.ts';
export { Container } from './container.ts';
export { disturb } from './disturb.ts';
export { execIn } from './exec.ts';
export { Sandbox } from './sandbox.ts';
export { startMain } from './start.ts';
export { checkSandboxUser } from './users.ts';
