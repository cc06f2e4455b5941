"""The columns of an ESR Generic Outbound file, in order, after the record type."""

LOCATION = (
    "location_id", "code", "description", "inactive_date", "address_1", "address_2", "address_3",
    "town", "county", "postcode", "country", "telephone", "fax", "payslip_delivery_point",
    "site_code", "welsh_description", "welsh_address_1", "welsh_address_2", "welsh_address_3",
    "welsh_town", "last_update",
)  # fmt: skip
ORGANISATION = (
    "organisation_id", "name", "type", "effective_from", "effective_to", "hierarchy_version",
    "hierarchy_from", "hierarchy_to", "cost_centre", "parent_id", "nacs_code", "location_id",
    "last_update", "cost_centre_description", "spare",
)  # fmt: skip
POSITION = (
    "position_id", "effective_from", "effective_to", "position_number", "position_name",
    "budgeted_fte", "subjective_code", "staff_group", "job_role", "occupation_code", "payscale",
    "grade_step", "isa_regulated", "organisation_id", "hiring_status", "position_type",
    "oh_eligible", "epp", "deanery_post_number", "managing_deanery_body", "workplace_code",
    "last_update", "subjective_description",
)  # fmt: skip
PERSON = (
    "person_id", "effective_from", "effective_to", "employee_number", "title", "last_name",
    "first_name", "middle_name", "maiden_name", "preferred_name", "previous_last_name", "gender",
    "date_of_birth", "ni_number", "nhs_unique_id", "hire_date", "termination_date",
    "termination_reason", "status_flag", "wtr_opt_out", "wtr_date", "ethnic_origin",
    "marital_status", "country_of_birth", "previous_employer", "previous_employer_type",
    "csd_3_months", "csd_12_months", "crs_uuid", "spare_1", "spare_2", "spare_3",
    "system_person_type", "user_person_type", "office_email", "nhs_start_date", "spare_4",
    "last_update", "disability_flag", "legacy_payroll_number", "nationality", "spare_5",
    "spare_6",
)  # fmt: skip
ASSIGNMENT = (
    "person_id", "assignment_id", "effective_from", "effective_to", "earliest_start", "type",
    "number", "system_status", "user_status", "status_flag", "payroll_name", "period_type",
    "location_id", "supervisor_flag", "supervisor_person_id", "supervisor_assignment_id",
    "supervisor_assignment_number", "department_manager_person_id", "employee_category",
    "assignment_category", "primary", "normal_hours", "frequency", "grade_contract_hours", "fte",
    "flexible_pattern", "organisation_id", "position_id", "position_name", "grade", "grade_step",
    "grade_start", "annual_salary", "job_name", "people_group", "ta_flag", "night_worker",
    "projected_hire", "vacancy_id", "contract_end", "increment_date", "max_part_time", "afc_flag",
    "last_update", "last_working_day", "eksf_point", "manager_flag", "assignment_end", "spare_1",
    "spare_2",
)  # fmt: skip

DELIMITER = "~"
ENCODING = "iso-8859-1"
END_OF_TIME = "47121231"
