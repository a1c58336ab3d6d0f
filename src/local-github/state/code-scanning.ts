/** What code scanning knows of a repository: the files that were uploaded and the alerts that they tell. */

export type Severity = 'error' | 'warning' | 'note' | 'none';

export interface SarifResult {
  readonly ruleId: string;
  readonly description: string;
  readonly level: Severity;
  readonly message: string;
  readonly path: string;
  readonly startLine: number;
  readonly endLine: number;
  readonly startColumn: number;
  readonly endColumn: number;
  /** What stays the same when the lines around it move. */
  readonly fingerprint: string;
}

export interface SarifRun {
  readonly tool: string;
  readonly toolVersion: string | null;
  readonly category: string;
  readonly rules: number;
  readonly results: readonly SarifResult[];
}

export interface SarifUpload {
  readonly id: string;
  readonly commit: string;
  readonly ref: string;
  readonly createdAt: string;
  /** It is looked into when somebody asks for the second time; GitHub takes seconds to minutes. */
  state: 'pending' | 'complete' | 'failed';
  asked: number;
  errors: readonly string[];
  readonly runs: readonly SarifRun[];
  /** Numbers of the analyses that it became, in the order of its runs. */
  readonly analyses: number[];
}

export interface Alert {
  readonly number: number;
  readonly tool: string;
  readonly toolVersion: string | null;
  readonly category: string;
  readonly fingerprint: string;
  readonly createdAt: string;
  updatedAt: string;
  fixedAt: string | null;
  /** Where it was found last. */
  result: SarifResult;
  ref: string;
  commit: string;
}

export interface CodeScanning {
  readonly isEnabled: boolean;
  readonly uploads: SarifUpload[];
  readonly alerts: Alert[];
}
