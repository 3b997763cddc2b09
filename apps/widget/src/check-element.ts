import type { SandboxElement } from './sandbox-element.ts';

export const CHECK_TAG = 'tabernetes-check';

const sheet = new CSSStyleSheet();
sheet.replaceSync(`
:host { display: inline; }
:host::before { content: '○ '; color: light-dark(#5a6673, #93a0ae); }
:host([state='met'])::before { content: '✓ '; color: light-dark(#1f7d4f, #56b886); }
:host([state='broken'])::before, :host([state='invalid'])::before { content: '✗ '; color: light-dark(#c03030, #ee6a6a); }
`);

/**
 * `<tabernetes-check for="ID" expect="deployment/web condition=Available">The Deployment is available</tabernetes-check>`:
 * a sentence of the page that ticks when it comes true in the sandbox that `for` names, or that it stands in. Its state is
 * in the attribute `state`: `waiting`, `met`, `broken`, `invalid`; `tabernetes-check` is sent whenever that changes.
 */
export class CheckElement extends HTMLElement {
  connectedCallback(): void {
    if (this.shadowRoot !== null) return;
    const root = this.attachShadow({ mode: 'open' });
    root.adoptedStyleSheets = [sheet];
    root.append(document.createElement('slot'));
  }

  get expectation(): string {
    return this.getAttribute('expect') ?? '';
  }

  /** The sentence of the page, or the expectation where there is none. */
  get label(): string {
    return this.textContent?.trim() || this.expectation;
  }

  get sandbox(): Element | null {
    const id = this.getAttribute('for');
    return id === null ? this.closest<SandboxElement>('tabernetes-sandbox') : document.getElementById(id);
  }

  /** How its expectation stands. */
  hear({ state, detail }: { readonly state: string; readonly detail: string }): void {
    this.title = detail;
    if (this.getAttribute('state') === state) return;
    this.setAttribute('state', state);
    const event = { detail: { expect: this.expectation, state, detail }, bubbles: true };
    this.dispatchEvent(new CustomEvent('tabernetes-check', event));
  }
}
