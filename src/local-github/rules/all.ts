/** The table of rules: everything that the double promises to do as GitHub does. */
import { checkLimitRules } from './check-limits.ts';
import { checkRules } from './checks.ts';
import { codeScanningRules } from './code-scanning.ts';
import { credentialRules } from './credentials.ts';
import { deliveryRules } from './deliveries.ts';
import { renamedRules } from './renamed.ts';
import { tokenRules } from './tokens.ts';
import { forkRules } from './forks.ts';
import { issuePartRules } from './issue-parts.ts';
import { mergedBranchRules } from './merged-branches.ts';
import { mergeRules } from './merges.ts';
import { statusRules } from './statuses.ts';
import { assetRules } from './assets.ts';
import { contentRules } from './contents.ts';
import { foundRules } from './found.ts';
import { historyRules } from './history.ts';
import { nameRules } from './named.ts';
import { sizeRules } from './sizes.ts';
import { refusedReleaseRules } from './releases-refused.ts';
import { releaseRules } from './releases.ts';
import { graphqlRules } from './graphql.ts';
import { misplacedCommentRules } from './misplaced-comments.ts';
import { reviewCommentRules } from './review-comments.ts';
import { reviewerRules } from './reviewers.ts';
import { reviewRules } from './reviews.ts';
import { protocolRules } from './protocol.ts';
import { readRules } from './reads.ts';
import type { Rule } from './rule.ts';
import { threadRules } from './threads.ts';

export const rules: readonly Rule[] = [
  ...credentialRules,
  ...tokenRules,
  ...deliveryRules,
  ...renamedRules,
  ...checkRules,
  ...checkLimitRules,
  ...statusRules,
  ...mergeRules,
  ...mergedBranchRules,
  ...forkRules,
  ...codeScanningRules,
  ...issuePartRules,
  ...protocolRules,
  ...readRules,
  ...releaseRules,
  ...refusedReleaseRules,
  ...assetRules,
  ...contentRules,
  ...foundRules,
  ...historyRules,
  ...nameRules,
  ...sizeRules,
  ...reviewRules,
  ...reviewCommentRules,
  ...misplacedCommentRules,
  ...reviewerRules,
  ...graphqlRules,
  ...threadRules,
];
