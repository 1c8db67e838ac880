"""People with accounts: who they are, how they log in, and what they may take away or end."""

from accounts.members import MembersApplication, Membership
from accounts.models import User

__all__ = ["MembersApplication", "Membership", "User"]
