/** Names the tests that passed only when they were run again: they wait for something in the wrong way, or there is a race. */
// biome-ignore lint/style/noDefaultExport: Vitest takes a reporter as the default export of a module.
export default class SecondTry {
  #names = [];

  onTestCaseResult(test) {
    if (test.diagnostic()?.flaky === true) this.#names.push(`${test.module.relativeModuleId} > ${test.fullName}`);
  }

  onTestRunEnd() {
    if (this.#names.length > 0) console.log(`\nPassed at the second try, to be mended:\n  ${this.#names.join('\n  ')}`);
  }
}
