// Booking a creator for a roster, whoever found or proposed them.

import { byId } from "../dom.js";
import { change, state } from "../state.js";
import { openBooking } from "./booking.js";
import { bookingOf } from "./terms.js";

// Whoever is booked in every way they offer is shown instead of being booked twice.
export function add(position, creator) {
  const { roster } = state.scenarios[position];
  const booking = bookingOf(creator, roster);
  if (booking) {
    change((s) => s.scenarios[position].roster.push(booking), "rosters");
    return;
  }
  const row = roster.findIndex((one) => one.creator_id === creator.creator_id);
  openBooking(position, row);
  byId(`scenarios-${position}-roster-${row}-posts`).focus();
}
