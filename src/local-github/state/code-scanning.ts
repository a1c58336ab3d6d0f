/** What code scanning knows of a repository: the files that were uploaded, and the analyses that they became. */

export interface SarifRun {
  readonly tool: string;
  readonly toolVersion: string | null;
  /** What tells analyses of one tool apart: the run's automation id. */
  readonly category: string;
  readonly results: number;
  readonly rules: number;
}

export interface SarifUpload {
  readonly id: string;
  readonly commit: string;
  readonly ref: string;
  readonly createdAt: string;
  /** How often its state was asked for: GitHub looks into it later, so the first time it is pending. */
  asked: number;
  /** Why none of it was taken. */
  readonly errors: readonly string[];
  readonly analyses: readonly (SarifRun & { readonly id: number })[];
}

export interface CodeScanning {
  readonly isEnabled: boolean;
  readonly uploads: SarifUpload[];
}
