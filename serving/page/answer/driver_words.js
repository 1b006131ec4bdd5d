// The model's features in a planner's words, and how the roster's value of each is written.
// A feature that is not named here keeps the name the service gives it.

import { count, percent } from "../format.js";

const number = (value) => (Math.abs(value) < 10 ? value.toFixed(1) : count(value));
const share = (value) => percent(value);
const yes = (value) => (value === 0 ? "none of the roster" : `${percent(value)} of the roster`);
const times = (value) => `${value.toFixed(value < 10 ? 2 : 0)} times the usual roster's`;
const days = (value) => `${(value / 365).toFixed(1)} years`;
const word = (value) => `mostly ${value.replaceAll("_", " ")}`;
const unsaid = () => "";

const WORDS = {
  reach: ["How many people are reached, for what the brand sells", times],
  brand: ["What this brand's earlier campaigns have in common", unsaid],
  season: ["Time of year", unsaid],
  followers_total: ["Followers of the creators on all their accounts", count],
  follower_tier: ["Size class of the creators", unsaid],
  follower_growth_90d: ["Growth of their followers in 90 days", share],
  engagement_per_view_90d: ["Engagement per view", share],
  engagement_per_follower_90d: ["Engagement per follower", share],
  reply_rate_90d: ["Comments the creators answer", share],
  comment_share_90d: ["Comments among all engagement", share],
  posts_per_week_90d: ["Posts they publish a week", number],
  posting_gap_cv_90d: ["How irregularly they post", unsaid],
  short_video_share_90d: ["Short videos among their posts", share],
  long_video_share_90d: ["Long videos among their posts", share],
  live_share_90d: ["Live streams among their posts", share],
  format_diversity_90d: ["How many formats they mix", unsaid],
  sponsored_share_90d: ["Paid posts among their posts", share],
  disclosure_rate_365d: ["Their paid posts that were disclosed", share],
  median_views_90d: ["Views of their usual post", count],
  median_view_rate_90d: ["Views per follower of their usual post", number],
  has_subscription: ["Creators with paying subscribers", yes],
  paying_subscribers: ["Their paying subscribers", count],
  is_virtual: ["Virtual creators", yes],
  platform_count: ["Platforms the creators are on", number],
  account_age_days: ["Age of their accounts", days],
  community_count: ["Communities they belong to", number],
  authentic_share: ["Authentic followers", share],
  audience_home_country_share: ["Followers in the creators' own country", share],
  audience_market_concentration: ["How much their followers gather in few markets", unsaid],
  audience_top_market_share: ["Followers in each one's largest market", share],
  audience_language_match: ["Followers who speak the creator's language", share],
  audience_young_share: ["Followers between 18 and 34", share],
  audience_interest_entropy: ["How broad their followers' interests are", unsaid],
  category_match: ["Creators of the product's own niche", yes],
  audience_interest_in_category: ["Followers interested in the product's category", share],
  brief_caption_similarity: ["How close the brief is to what they write", unsaid],
  language_match_share: ["People in the markets whose language they speak", share],
  home_country_match: ["People of the markets who live in the creators' country", share],
  audience_in_markets: ["Followers who live in the campaign's markets", share],
  audience_local_share: ["Followers in one of the campaign's markets", share],
  community_closeness: ["Ties to the markets' communities", unsaid],
  platform_followers: ["Followers of the booked accounts", count],
  views_per_post: ["Views of a post on the booked accounts", count],
  views_per_follower: ["Views per follower on the booked accounts", number],
  reach_per_follower: ["People reached per follower of the booked accounts", number],
  platform_engagement_per_view: ["Engagement per view on the booked accounts", share],
  posts: ["Posts booked of each creator", number],
  creative_freedom: ["Creative freedom", (value) => `${percent(value)} of full freedom`],
  months_with_brand: ["Months the creators have worked with the brand", number],
  is_long_term: ["Partnerships of half a year or more", yes],
  invites_ugc: ["Posts that ask followers for content of their own", yes],
  posting_weeks: ["Weeks of posting", number],
  brand_revenue_per_head: ["What the brand sells per inhabitant a week", number],
  platform: ["Platform", word],
  format: ["Format", word],
  creator_category: ["Niche of the creators", word],
};

// The sine and the cosine of the date are one thing to a planner, and so are log and plain.
const plain = (feature) =>
  (feature.startsWith("season_") ? "season" : feature.replace(/^log_/, ""));

// Drivers as [{ words, value, effect }], those of one thing added up, the largest first.
export function inPlainWords(drivers) {
  const found = new Map();
  for (const { feature, label, value, effect } of drivers) {
    const name = plain(feature);
    const [words, written] = WORDS[name] ?? [label, unsaid];
    const before = found.get(name)?.effect ?? 0;
    found.set(name, { words, effect: before + effect,
      value: value === null ? "unknown" : written(value) });
  }
  return [...found.values()].sort((one, other) => Math.abs(other.effect) - Math.abs(one.effect));
}
