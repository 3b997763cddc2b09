import { CHECK_TAG, CheckElement } from './check-element.ts';
import { SANDBOX_TAG, SandboxElement } from './sandbox-element.ts';

/** The one module that a page loads. Loading it twice does no harm. */
if (customElements.get(CHECK_TAG) === undefined) customElements.define(CHECK_TAG, CheckElement);
if (customElements.get(SANDBOX_TAG) === undefined) customElements.define(SANDBOX_TAG, SandboxElement);
