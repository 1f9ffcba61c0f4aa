export class FailedTests {
  note(label: string, results: { testResults: object[] }): void;
  readonly lines: string[];
}
