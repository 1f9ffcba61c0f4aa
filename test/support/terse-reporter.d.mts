export default class TerseReporter {
  onRunStart(results: object): void;
  onTestResult(test: object, result: object, results: object): void;
  onRunComplete(contexts: unknown, results: object): void;
}
