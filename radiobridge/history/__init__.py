"""What happened at a station: incidents, check-ins and faults, and the reports of them.

Incidents follow from their journal and can be made from it again; check-ins and faults are kept here alone.
"""

import logging

# At INFO it tells of its own plug-ins, which is nothing for a person at the station.
logging.getLogger("alembic").setLevel(logging.WARNING)
