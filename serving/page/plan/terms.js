// What a booking can say, and the fee that follows from a creator's rates.

import { words } from "../format.js";
import { state } from "../state.js";
import { known, profile } from "./known.js";

export const PLATFORMS = ["instagram", "tiktok", "youtube", "threads", "facebook", "x", "twitch",
  "pinterest", "snapchat", "patreon", "substack", "other"];
export const FORMATS = ["short_video", "long_video", "image", "carousel", "story", "live", "text",
  "newsletter", "audio"];
export const FREEDOMS = ["scripted", "guided", "free"];
export const DISCLOSURES = ["platform_label", "hashtag", "none"];
export const MOST_POSTS = 50;

export const named = (values) => values.map((value) => [value, words(value)]);

const sameKey = (one, other) => one.creator_id === other.creator_id &&
  one.platform === other.platform && one.format === other.format;

// The first of its kind in a roster: the service books a creator once on a platform in a format.
export const twin = (roster, booking) => roster.find((one) => sameKey(one, booking));

// A booking of a creator in the way they are booked most, or in the next way that is still free
// in this roster; null where they are booked in every way they have a rate for.
export function bookingOf(creator, roster) {
  const ways = waysOf(creator).map(({ platform, format }) => fresh(creator, platform, format));
  const free = ways.find((booking) => !twin(roster, booking));
  return free ? priced(free) : null;
}

// How to book a creator: a short video at their own rate first, then whatever has a rate.
export function waysOf({ rates, platforms }) {
  const worth = (rate) => (rate.format === "short_video") * 2 + (rate.fee_source === "rates");
  const ways = [...rates].sort((one, other) => worth(other) - worth(one));
  return ways.length ? ways : [{ platform: platforms[0] ?? "instagram", format: "short_video" }];
}

const fresh = (creator, platform, format) => ({
  creator_id: creator.creator_id, platform, format, posts: 1, fee: 0,
  creative_freedom: "guided", disclosure: "platform_label", months_with_brand: 0,
  invites_ugc: false,
  ...(creator.proposed ? { creator: creator.proposed } : {}),
  shown: { ...profile(creator), feeSource: "none" },
});

// Fills the fee from what the creator asks, until the planner types one.
export function priced(booking) {
  const creator = known.creators.get(booking.creator_id);
  if (booking.shown.feeSource === "typed" || !creator) return booking;
  const rate = creator.rates.find(
    (one) => one.platform === booking.platform && one.format === booking.format);
  booking.shown.feeSource = rate ? rate.fee_source : "none";
  booking.fee = rate ? Math.round(rate.fee_per_post * (booking.posts || 0) * 100) / 100 : 0;
  return booking;
}

export const platformsOf = (booking) => {
  const own = known.creators.get(booking.creator_id)?.platforms ?? [];
  const offered = own.length ? own : PLATFORMS;
  return offered.includes(booking.platform) ? offered : [booking.platform, ...offered];
};

export const bookedIn = (creatorId) => state.scenarios.map((scenario) =>
  scenario.roster.filter((booking) => booking.creator_id === creatorId).length);
