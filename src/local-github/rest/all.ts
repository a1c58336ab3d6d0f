/** Every REST operation that the local GitHub answers, by area. */
import { appRoutes } from './app.ts';
import { branchRoutes } from './branches.ts';
import { checkRoutes } from './checks.ts';
import { codeScanningRoutes } from './code-scanning.ts';
import { commitRoutes } from './commits.ts';
import { compareRoutes } from './compare.ts';
import { contentRoutes } from './contents.ts';
import { gitRoutes } from './git-database.ts';
import { hookRoutes } from './hook.ts';
import { issueEventRoutes } from './issue-events.ts';
import { issuePartRoutes } from './issue-parts.ts';
import { issueRoutes } from './issues.ts';
import { labelRoutes } from './labels.ts';
import { milestoneRoutes } from './milestones.ts';
import { organisationRoutes } from './organisations.ts';
import { pullRoutes } from './pulls.ts';
import { releaseRoutes } from './releases.ts';
import { repositoryRoutes } from './repositories.ts';
import { reviewCommentRoutes } from './review-comments.ts';
import { reviewerRoutes } from './reviewers.ts';
import { reviewRoutes } from './reviews.ts';
import type { Route } from './route.ts';
import { statusRoutes } from './statuses.ts';
import { searchRoutes } from './search.ts';
import { userRoutes } from './users.ts';

export const allRoutes: readonly Route[] = [
  ...appRoutes,
  ...branchRoutes,
  ...checkRoutes,
  ...codeScanningRoutes,
  ...commitRoutes,
  ...compareRoutes,
  ...contentRoutes,
  ...gitRoutes,
  ...hookRoutes,
  ...issueEventRoutes,
  ...issuePartRoutes,
  ...issueRoutes,
  ...labelRoutes,
  ...milestoneRoutes,
  ...organisationRoutes,
  ...pullRoutes,
  ...releaseRoutes,
  ...repositoryRoutes,
  ...reviewCommentRoutes,
  ...reviewerRoutes,
  ...reviewRoutes,
  ...statusRoutes,
  ...searchRoutes,
  ...userRoutes,
];
