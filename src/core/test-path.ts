/** Which paths hold tests, in whatever language, where no runner says so. */

const folder = /(?:^|\/)(?:tests?|__tests__|spec|specs|testing)\//i;
const name = /(?:^|\/)(?:test_[^/]*|[^/]*[._-](?:test|spec|tests))\.\w+$/i;

export function isTestPath(path: string): boolean {
  return folder.test(path) || name.test(path);
}
